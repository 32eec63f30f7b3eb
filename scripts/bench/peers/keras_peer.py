"""Keras on TensorFlow, as a peer of the benchmark: `fit`, or a loop of one's own."""

import os
import sys

sys.dont_write_bytecode = True  # No __pycache__ in the project.
import peer

FIT, FUNCTION = "fit", "function"


def main():
    answers = peer.claim_stdout()
    args = peer.arguments([FIT, FUNCTION])
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(args.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(args.threads)
    images, labels = peer.load_digits(args.images, args.labels)
    keras_peer = (KerasFit if args.form == FIT else KerasFunction)(images, labels)
    peer.serve(keras_peer, len(images), answers)


class KerasPeer(peer.Peer):
    """What both ways have in common. XLA stays off: on CPUs it made training 20 times slower."""

    def __init__(self, images, labels):
        import keras
        import tensorflow

        self.version = f"tensorflow {tensorflow.__version__}, keras {keras.__version__}"
        self.images = images
        self.labels = labels
        self.model = cnn(keras)

        @tensorflow.function(reduce_retracing=True)
        def probabilities(batch):
            return tensorflow.nn.softmax(self.model(batch, training=False))

        def predict(first, count):
            return probabilities(images[first : first + count]).numpy()

        self.predict_forms = {"tf.function": predict}


class KerasFit(KerasPeer):
    name = "Keras fit"

    def __init__(self, images, labels):
        super().__init__(images, labels)
        self.train_forms = {
            f"{steps} steps an execution": self.fit_with(steps)
            for steps in (1, 8)
        }

    def fit_with(self, steps):
        import keras

        model = cnn(keras)
        model.compile(
            optimizer=keras.optimizers.Adam(1e-3),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
            jit_compile=False,
            steps_per_execution=steps,
        )

        def fit(count, batch):
            model.fit(self.images[:count], self.labels[:count], batch_size=batch, verbose=0)

        return fit


class KerasFunction(KerasPeer):
    name = "Keras tf.function"

    def __init__(self, images, labels):
        import keras
        import tensorflow

        super().__init__(images, labels)
        optimizer = keras.optimizers.Adam(1e-3)
        optimizer.build(self.model.trainable_variables)
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        all_images = tensorflow.constant(images)
        all_labels = tensorflow.constant(labels)

        def step(some_images, some_labels):
            with tensorflow.GradientTape() as tape:
                loss = loss_of(some_labels, self.model(some_images, training=True))
            variables = self.model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            return loss

        step_function = tensorflow.function(step, reduce_retracing=True)

        def step_by_step(count, batch):
            order = tensorflow.random.shuffle(tensorflow.range(count))
            for first in range(0, count, batch):
                some = order[first : first + batch]
                loss = step_function(
                    tensorflow.gather(all_images, some), tensorflow.gather(all_labels, some)
                )
            loss.numpy()

        @tensorflow.function
        def epoch(count, batch):
            order = tensorflow.random.shuffle(tensorflow.range(count))
            loss = 0.0
            for first in tensorflow.range(0, count, batch):
                some = order[first : first + batch]
                loss = step(tensorflow.gather(all_images, some), tensorflow.gather(all_labels, some))
            return loss

        def epoch_at_once(count, batch):
            epoch(tensorflow.constant(count), tensorflow.constant(batch)).numpy()

        self.train_forms = {"step by step": step_by_step, "an epoch at once": epoch_at_once}


def cnn(keras):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    )


if __name__ == "__main__":
    main()
