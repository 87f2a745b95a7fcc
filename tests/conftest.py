"""What all tests share."""


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "slow: runs the workflow, seconds each; leave out with -m 'not slow'"
    )
