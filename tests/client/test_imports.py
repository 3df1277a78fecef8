import subprocess
import sys

SCRIPT = """
import sys
import factsheet
foreign = {"fastapi", "starlette", "uvicorn", "factsheet_service", "prometheus_client", "numpy"}
print(sorted(foreign & {name.partition(".")[0] for name in sys.modules}))
"""


def test_the_sdk_pulls_in_nothing_of_the_service():
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
