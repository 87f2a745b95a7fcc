"""Networks from ONNX files; the package onnx is optional and imported when one is read."""

from __future__ import annotations

import os
from importlib import import_module

import numpy as np

from fairbench.certify.converters import Chain
from fairbench.certify.network import Network, Output


def from_onnx(path: str | os.PathLike, *, output: Output | None = None) -> Network:
    """An ONNX file whose graph is a chain of Gemm, MatMul, Add, Relu and a last Sigmoid.

    Parameters
    ----------
    path : path-like
    output : "sigmoid" or "linear", optional
        As for `from_torch`.

    Raises
    ------
    ModuleNotFoundError
        If the package onnx is not installed.
    ValueError
        Naming the node that is none of these, or that does not follow the one before it.
    """
    try:
        onnx, numpy_helper = import_module("onnx"), import_module("onnx.numpy_helper")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "ONNX files are read by the package onnx, which is not installed: pip install onnx"
        ) from None
    graph = onnx.load(os.fspath(path)).graph
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    inputs = [each.name for each in graph.input if each.name not in constants]
    if len(inputs) != 1:
        raise ValueError(f"the graph has {len(inputs)} inputs; a network has one here")
    chain, flowing = Chain(), inputs[0]
    for node in graph.node:
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            continue
        what = f"node {node.name or node.output[0]} ({node.op_type})"
        if flowing not in node.input:
            raise ValueError(f"{what} does not follow the node before it; a chain is expected")
        _onnx_node(chain, node, flowing, constants, what)
        flowing = node.output[0]
    return chain.network(output)


def _onnx_node(chain: Chain, node, flowing: str, constants: dict, what: str) -> None:
    options = {each.name: each for each in node.attribute}
    others = [constants.get(name) for name in node.input if name != flowing]
    if any(each is None for each in others) or node.op_type in ("Relu", "Sigmoid") and others:
        raise ValueError(f"{what} takes something that is neither a constant nor the layer before")
    width = len(chain.biases[-1]) if chain.biases else None
    if node.op_type == "Gemm" and node.input[0] == flowing:
        if "transA" in options and options["transA"].i:
            raise ValueError(f"{what} transposes its input")
        alpha, beta = (options[k].f if k in options else 1.0 for k in ("alpha", "beta"))
        weight = others[0] if "transB" in options and options["transB"].i else others[0].T
        bias = others[1] if len(others) > 1 else 0.0
        chain.linear(alpha * weight, np.broadcast_to(beta * np.ravel(bias), len(weight)), what)
    elif node.op_type == "MatMul" and node.input[0] == flowing:
        chain.linear(others[0].T, np.zeros(others[0].shape[1]), what)
    elif node.op_type == "Add":
        if width is None:
            raise ValueError(f"{what} comes before any product")
        chain.linear(np.eye(width), np.broadcast_to(np.ravel(others[0]), width), what)
    elif node.op_type == "Relu":
        chain.relu(what)
    elif node.op_type == "Sigmoid":
        chain.end(what)
    elif node.op_type not in ("Identity", "Flatten"):
        raise ValueError(f"{what} is not known: Gemm, MatMul, Add, Relu and a last Sigmoid are")
