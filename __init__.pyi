from .analytic.activation import ClippedReLU as ClippedReLU
from .analytic.activation import LeakyReLU as LeakyReLU
from .analytic.ansatz import ansatz as ansatz
from .analytic.certificate import certify as certify
from .analytic.curvature import Curvature as Curvature
from .analytic.curvature import curvature as curvature
from .analytic.decomposition import LossDecomposition as LossDecomposition
from .analytic.decomposition import decompose as decompose
from .analytic.estimate import Estimate as Estimate
from .analytic.gram import capacity as capacity
from .analytic.gram import superposition as superposition
from .analytic.hessian import hessian as hessian
from .analytic.loss import loss as loss
from .analytic.loss import loss_and_grad as loss_and_grad
from .analytic.loss import loss_estimate as loss_estimate
from .analytic.problem import Problem as Problem
from .analytic.regime import Phase as Phase
from .analytic.regime import Regime as Regime
from .analytic.regime import phase as phase
from .analytic.regime import regimes as regimes
from .analytic.solution import Solution as Solution
from .analytic.structure import Structure as Structure
from .analytic.structure import structure as structure
from .analytic.support import AnticorrelatedGroups as AnticorrelatedGroups
from .analytic.support import CorrelatedGroups as CorrelatedGroups
from .analytic.support import Independent as Independent
from .analytic.support import OneHot as OneHot
from .compare.agreement import Agreement as Agreement
from .compare.agreement import agreement as agreement
from .compare.boundary import boundary as boundary
from .compare.diagram import PhaseDiagram as PhaseDiagram
from .compare.diagram import phase_diagram as phase_diagram
from .compare.phase_lines import phase_lines as phase_lines
from .compare.phase_lines import special_points as special_points
from .numeric.minimize import minimize as minimize
from .numeric.montecarlo import monte_carlo as monte_carlo
from .numeric.multistart import Multistart as Multistart
from .numeric.sampling import sample as sample
from .numeric.sweep import sweep as sweep
from .numeric.trained import Trained as Trained

__version__: str

__all__ = [
    "Agreement",
    "AnticorrelatedGroups",
    "ClippedReLU",
    "CorrelatedGroups",
    "Curvature",
    "Estimate",
    "Independent",
    "LeakyReLU",
    "LossDecomposition",
    "Multistart",
    "OneHot",
    "Phase",
    "PhaseDiagram",
    "Problem",
    "Regime",
    "Solution",
    "Structure",
    "Trained",
    "agreement",
    "ansatz",
    "boundary",
    "capacity",
    "certify",
    "curvature",
    "decompose",
    "hessian",
    "loss",
    "loss_and_grad",
    "loss_estimate",
    "minimize",
    "monte_carlo",
    "phase",
    "phase_diagram",
    "phase_lines",
    "regimes",
    "sample",
    "special_points",
    "structure",
    "superposition",
    "sweep",
]
