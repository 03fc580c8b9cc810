from setuptools import setup
required = open("r.txt").read().split()
setup(name="computed", install_requires=required, **extra)
