"""Every text the static model was fitted on: where it comes from and under which licence.

Only permissive licences, attribution licences and the public domain: no share-alike, no copyleft, no NonCommercial.
Git sources are pinned to a commit: the OpenStax books were CC BY 4.0 up to these commits and became NonCommercial later.
"""

# Debian 12 package -> (licence of the text, how to read it).
DEBIAN = {
    "wordnet-base": ("WordNet 3.0 licence (permissive)", "wordnet"),
    "python-scipy-doc": ("BSD-3-Clause", "html"),
    "python-statsmodels-doc": ("BSD-3-Clause", "html"),
    "python-skimage-doc": ("BSD-3-Clause", "html"),
    "python-astropy-doc": ("BSD-3-Clause", "html"),
    "python-sympy-doc": ("BSD-3-Clause", "html"),
    "postgresql-doc-15": ("PostgreSQL licence", "html"),
    "sqlite3-doc": ("public domain", "html"),
}

# Repository -> (commit, licence, how to read it).
GIT = {
    "openstax/osbooks-university-physics-bundle": ("db44eb99e9aa1d918fd8cf182f82ccdece9c7b11", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-college-physics-bundle": ("f98d7a792138a6133fe7267d17e70aa04e9ccbed", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-physics": ("7d27115c1eaaaa82b2c2789f77cb541a529596ef", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-astronomy": ("63157f370b09c06a4cc12832384aaaf4de1ced3b", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-chemistry-bundle": ("32c719622fbb7a0ca729cd645c1df4cf4e7d5b3a", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-microbiology": ("ecf34dad129d686703780e87ab5aa2e59c577a6a", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-anatomy-physiology": ("b0058a743bdd2cc08196abaaa7d5469970c0d80c", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-psychology": ("e061043bf2f9e86ace51c4e8dc9555160f60a99d", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-introduction-sociology": ("d35d5f3bdac40f93607d600134865d4f13ce1f9b", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-principles-economics-bundle": ("8a7204788c947135c8567d3ad26e6db07ce90adf", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-american-government": ("5c90dd7907dbf25f42266417e63ca3bb0012f031", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-us-history": ("046331cfcea0ac1b1a8fd461b3e6aae638845af3", "CC-BY-4.0", "cnxml"),
    "openstax/osbooks-world-history": ("3e17beda9130380d24be881e6d1942dfcc1be845", "CC-BY-4.0", "cnxml"),
    "barbagroup/AeroPython": ("b87af31c9d591680d657801858ad0987ba74f5c6", "CC-BY-4.0", "ipynb"),
    "OpenFAST/openfast": ("2895884d2be01862173c88d70f86b358d2f1a50a", "Apache-2.0", "rst"),
    "openmc-dev/openmc": ("3f06a42abb89a9b09cb3f2e86680a31bae90cc08", "MIT", "rst"),
    "Cantera/cantera": ("11a2381011cb6d42e61cc4c195e0f920864bf8d3", "BSD-3-Clause", "markdown"),
    "Exawind/nalu-wind": ("a40e39cc2abd7626a88e0d7ea33d80eed7168975", "BSD-3-Clause", "rst"),
    "AMReX-Combustion/PeleC": ("203736c2009bc114b6aecdfdf40ef46eeb4859f8", "BSD-3-Clause", "rst"),
    "RocketPy-Team/RocketPy": ("d41dd11efcae7234846b199d9d9b5cdcad17b933", "MIT", "rst"),
    "numerical-mooc/numerical-mooc": ("6a70f986729067dee9ca1fb26ba164b035fc971b", "CC-BY-3.0", "ipynb"),
    "barbagroup/CFDPython": ("92c8220070824e95402d83f193c4e496f4308dcb", "CC-BY-3.0", "ipynb"),
    "kyleniemeyer/computational-thermo": ("751cb1dc55bbd1e9f60f8b64a735c526db92ac89", "CC-BY-4.0", "ipynb"),
}
