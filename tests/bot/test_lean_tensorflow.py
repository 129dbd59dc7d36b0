import importlib
import importlib.util

import pytest

tf = importlib.import_module("tensorflow")


def test_is_the_stand_in() -> None:
    assert importlib.util.find_spec("tensorflow._stand_in"), "bot/.venv has a real TensorFlow"


@pytest.mark.parametrize("module", ["tensorflow.keras.backend", "keras.utils.tf_utils", "tensorflow_hub.module_v2"])
def test_imports(module: str) -> None:
    assert importlib.import_module(module)


def test_names_serve_in_classes_and_annotations() -> None:
    class Model(tf.keras.Model):  # type: ignore[misc, name-defined]
        def call(self, x: "tf.Tensor | None") -> tf.Tensor[int]:  # type: ignore[name-defined]
            return x

    assert Model.__name__ == "Model"
    assert tf.float32 is not None


@pytest.mark.parametrize("name", ["function", "Variable", "random.set_seed", "keras.layers.Dense"])
def test_calls_say_what_to_do(name: str) -> None:
    thing = tf
    for part in name.split("."):
        thing = getattr(thing, part)
    with pytest.raises(ImportError, match=r"bot-tensorflow\.txt"):
        thing()


def test_diet_says_what_to_do() -> None:
    rasa_model = importlib.import_module("rasa.utils.tensorflow.models")
    with pytest.raises(ImportError, match="DIET"):
        rasa_model.RasaModel()
