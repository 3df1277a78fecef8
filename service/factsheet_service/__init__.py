"""The service of factsheet: reads documents, asks engines, decides values, serves them."""
