"""Writes quantiles of symmetric beta distributions by SciPy, for beta.test.ts to compare draws with.

    pip install scipy
    python bench/reference/beta.py
"""

import json
import pathlib

from scipy.stats import beta

SHARES = [0.05, 0.25, 0.5, 0.75, 0.95]


def main():
    rows = [{"alpha": alpha, "shares": SHARES, "quantiles": [round(beta.ppf(share, alpha, alpha), 10) for share in SHARES]} for alpha in (0.1, 0.4, 1, 3)]
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    (source / "data/beta.golden.json").write_text(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main()
