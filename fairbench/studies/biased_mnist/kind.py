"""Biased-MNIST: methods against a colour that nearly gives the digit away."""

from pydantic import Field

from fairbench.planning.kind import StudyKind
from fairbench.studies.biased_mnist.plan import biased_mnist_jobs
from fairbench.studies.biased_mnist.problems import biased_mnist_problems
from fairbench.studies.biased_mnist.section import BiasedMnist

BIASED_MNIST = StudyKind(
    name="biased_mnist",
    key="biased_mnist",
    section=BiasedMnist | None,
    field=Field(None, description="digits on coloured backgrounds; null: no such study"),
    problems=biased_mnist_problems,
    jobs=biased_mnist_jobs,
    by_default=False,
)
