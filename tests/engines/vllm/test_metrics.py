import pytest
from factsheet_service.engines.vllm.metrics import Cache, Queue, cache_of, queue_of

CONFIG = 'vllm:cache_config_info{{{labels},engine="{engine}"}} 1.0\n'
PLAIN = 'block_size="16",enable_prefix_caching="True",num_gpu_blocks="2546"'


def config(labels, engine=0):
    return CONFIG.format(labels=labels, engine=engine)


@pytest.mark.parametrize(
    ("labels", "cache"),
    [
        (PLAIN, Cache(40_736)),
        (PLAIN + ',kv_cache_size_tokens="None"', Cache(40_736)),
        (PLAIN + ',kv_cache_size_tokens="30000"', Cache(30_000)),
        (PLAIN + ',mamba_cache_mode="none"', Cache(40_736)),
        (PLAIN + ',mamba_cache_mode="align"', Cache(40_736, is_hybrid=True)),
        ('num_gpu_blocks="None"', Cache(None)),
    ],
)
def test_the_cache_is_read_from_the_labels_of_its_configuration(labels, cache):
    assert cache_of(config(labels)) == cache


def test_of_several_engines_the_smallest_cache_counts():
    text = config(PLAIN) + config(PLAIN.replace("2546", "100"), engine=1)
    assert cache_of(text) == Cache(1600)


@pytest.mark.parametrize("text", ["", "# HELP up\nup 1.0\n", "<html>not found</html>"])
def test_a_server_without_metrics_tells_nothing(text):
    assert cache_of(text) is None
    assert queue_of(text) == Queue(0, 0)


def test_the_queue_is_summed_over_engines():
    text = (
        "# TYPE vllm:num_requests_waiting gauge\n"
        'vllm:num_requests_waiting{engine="0",model_name="m"} 3.0\n'
        'vllm:num_requests_waiting{engine="1",model_name="m"} 4.0\n'
        'vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 3.0\n'
        'vllm:num_preemptions_total{engine="0",model_name="m"} 2.0\n'
    )
    assert queue_of(text) == Queue(7, 2)
