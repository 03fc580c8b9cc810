from setuptools import setup
setup(name="own", version="0.2", install_requires=["requests>=2"])
