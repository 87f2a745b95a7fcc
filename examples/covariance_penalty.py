"""A method of one's own: the decision boundary's covariance with the sensitive attribute.

Zafar, Valera, Gomez Rodriguez and Gummadi (AISTATS 2017) bound the covariance of `sensitive` and
the distance to the boundary, which for a linear model is the logit. Here its square is a penalty.
`covariance_penalty.yaml` adds the method to a study:

    snakemake --cores 2 --configfile config/quick.yaml examples/covariance_penalty.yaml
"""

from fairbench.methods import Method


class CovariancePenalty(Method):
    name = "covariance_penalty"

    def fairness(self, networks, batch, logit, weight):
        # (models, rows) -> (models,)
        centred = batch.sensitive - batch.sensitive.mean(-1, keepdim=True)
        return (centred * logit).mean(-1) ** 2
