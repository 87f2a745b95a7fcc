"""The files behind the addresses of the entries: `make test-downloads`, with a network."""

import os

import pytest

from .addresses import addresses, trouble

ADDRESSES = addresses()

pytestmark = pytest.mark.skipif(
    not os.environ.get("FAIRBENCH_TEST_DOWNLOADS"), reason="opt-in: make test-downloads"
)


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_address_still_has_the_file(name, tmp_path):
    said = trouble(ADDRESSES[name], tmp_path)
    assert said is None, said
