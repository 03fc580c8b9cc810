"""Not run."""
from setuptools import setup, find_packages

# install_requires=["commented"]
TEXT = "setup(install_requires=['quoted'])"

setup(
    name="engine",
    version='3.1',
    license="BSD-3-Clause",
    packages=find_packages(),
    install_requires=[
        "requests>=2",  # a remark
        'idna == 3.4',
    ],
    tests_require=("pytest",),
    extras_require={"fast": ["cython"], ":python_version<'3.8'": ["typing-extensions"]},
    setup_requires=read("build.txt"),
)
