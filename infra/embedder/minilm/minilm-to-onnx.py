"""Writes the weights of MiniLM-L6 (safetensors) as an ONNX graph: python minilm-to-onnx.py FOLDER MODEL.onnx [--float]

FOLDER holds model.safetensors and config.json in the layout of a BERT encoder. The graph takes input_ids and
attention_mask, and gives sentence_embedding: the mean over the tokens, of length one. Needs numpy, onnx, safetensors.

Matrices and the table of words are kept as 8-bit integers, a scale for each column (for each word), which makes the file
a quarter as large and twice as fast; --float keeps them as they are. Integers are kept to 7 bits: a CPU without VNNI
instructions adds pairs of products in 16 bits and would saturate.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

LARGEST = 63  # 7 bits and a sign


class Graph:
    """Collects nodes and constants; each operation returns the name of its output."""

    def __init__(self):
        self.nodes = []
        self.constants = {}

    def constant(self, name, array):
        self.constants.setdefault(name, numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def scalar(self, name, value, dtype=np.float32):
        return self.constant(name, np.array(value, dtype=dtype))

    def op(self, kind, *inputs, outputs=1, **attributes):
        names = [f"{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names


def rounded(matrix, axis):
    """The matrix as int8, and the scale of each slice that is kept along the other axis."""
    scale = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-12) / LARGEST
    return np.rint(matrix / scale).astype(np.int8), scale.astype(np.float32)


class Encoder:
    def __init__(self, weights, config, quantised):
        self.graph = Graph()
        self.weights = weights
        self.prefix = "" if "embeddings.word_embeddings.weight" in weights else "bert."
        self.config = config
        self.quantised = quantised

    def weight(self, name):
        return self.weights[self.prefix + name].astype(np.float32)

    def linear(self, x, name):
        graph, matrix = self.graph, self.weight(name + ".weight").T
        if self.quantised:
            integers, scale = rounded(matrix, axis=0)
            quantised, step, zero = graph.op("DynamicQuantizeLinear", x, outputs=3)
            product = graph.op("MatMulInteger", quantised, graph.constant(name + ".int8", integers), zero)
            factor = graph.op("Mul", step, graph.constant(name + ".scale", scale.reshape(-1)))
            product = graph.op("Mul", graph.op("Cast", product, to=TensorProto.FLOAT), factor)
        else:
            product = graph.op("MatMul", x, graph.constant(name + ".float", matrix))
        return graph.op("Add", product, graph.constant(name + ".bias", self.weight(name + ".bias")))

    def words(self, ids):
        graph, table = self.graph, self.weight("embeddings.word_embeddings.weight")
        if not self.quantised:
            return graph.op("Gather", graph.constant("words", table), ids)
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
        integers = np.rint(table / scale).astype(np.int8)
        values = graph.op("Cast", graph.op("Gather", graph.constant("words", integers), ids), to=TensorProto.FLOAT)
        return graph.op("Mul", values, graph.op("Gather", graph.constant("words.scale", scale.astype(np.float32)), ids))

    def layer_norm(self, x, name):
        scale = self.graph.constant(name + ".weight", self.weight(name + ".weight"))
        bias = self.graph.constant(name + ".bias", self.weight(name + ".bias"))
        return self.graph.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=self.config["layer_norm_eps"])

    def embedded(self, ids):
        graph = self.graph
        length = graph.op("Unsqueeze", graph.op("Gather", graph.op("Shape", ids), graph.scalar("one", 1, np.int64)),
                          graph.scalar("axis0", [0], np.int64))
        table = graph.constant("positions", self.weight("embeddings.position_embeddings.weight"))
        positions = graph.op("Slice", table, graph.scalar("axis0", [0], np.int64), length, graph.scalar("axis0", [0], np.int64))
        kind = graph.constant("kind", self.weight("embeddings.token_type_embeddings.weight")[0])
        return self.layer_norm(graph.op("Add", graph.op("Add", self.words(ids), positions), kind), "embeddings.LayerNorm")

    def attention(self, x, penalty, name):
        graph, heads = self.graph, self.config["num_attention_heads"]
        width = self.config["hidden_size"] // heads
        split = graph.scalar("split", [0, 0, heads, width], np.int64)
        query, key, value = (graph.op("Reshape", self.linear(x, f"{name}self.{part}"), split)
                             for part in ("query", "key", "value"))
        scores = graph.op("MatMul", graph.op("Transpose", query, perm=[0, 2, 1, 3]), graph.op("Transpose", key, perm=[0, 2, 3, 1]))
        scaled = graph.op("Div", scores, graph.scalar("sqrt_width", np.sqrt(width)))
        shares = graph.op("Softmax", graph.op("Add", scaled, penalty), axis=-1)
        mixed = graph.op("Transpose", graph.op("MatMul", shares, graph.op("Transpose", value, perm=[0, 2, 1, 3])), perm=[0, 2, 1, 3])
        joined = graph.op("Reshape", mixed, graph.scalar("join", [0, 0, self.config["hidden_size"]], np.int64))
        return self.layer_norm(graph.op("Add", self.linear(joined, name + "output.dense"), x), name + "output.LayerNorm")

    def feed_forward(self, x, name):
        graph = self.graph
        wide = self.linear(x, name + "intermediate.dense")
        gate = graph.op("Add", graph.op("Erf", graph.op("Div", wide, graph.scalar("sqrt2", np.sqrt(2)))), graph.scalar("unit", 1))
        gelu = graph.op("Mul", graph.op("Mul", wide, gate), graph.scalar("half", 0.5))
        return self.layer_norm(graph.op("Add", self.linear(gelu, name + "output.dense"), x), name + "output.LayerNorm")

    def pooled(self, x, mask):
        graph, axis = self.graph, self.graph.scalar("axis1", [1], np.int64)
        weights = graph.op("Unsqueeze", mask, graph.scalar("axis2", [2], np.int64))
        total = graph.op("ReduceSum", graph.op("Mul", x, weights), axis, keepdims=0)
        count = graph.op("Max", graph.op("ReduceSum", weights, axis, keepdims=0), graph.scalar("tiny", 1e-9))
        mean = graph.op("Div", total, count)
        self.graph.nodes.append(helper.make_node("LpNormalization", [mean], ["sentence_embedding"], axis=-1, p=2))

    def model(self):
        graph = self.graph
        mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
        absent = graph.op("Sub", graph.scalar("unit", 1), graph.op("Unsqueeze", mask, graph.scalar("axes12", [1, 2], np.int64)))
        penalty = graph.op("Mul", absent, graph.scalar("never", -10000))
        x = self.embedded("input_ids")
        for i in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{i}."
            x = self.feed_forward(self.attention(x, penalty, name + "attention."), name)
        self.pooled(x, mask)
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")]
        output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", self.config["hidden_size"]])
        made = helper.make_graph(graph.nodes, "minilm", inputs, [output], list(graph.constants.values()))
        model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model


def main():
    folder, target = Path(sys.argv[1]), sys.argv[2]
    config = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    onnx.save(Encoder(weights, config, "--float" not in sys.argv).model(), target)


main()
