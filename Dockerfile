# Driver and executors of interleaf on Kubernetes. docs/cluster.md has the lines that use it.
#   make dist && docker build --tag interleaf:0.1.0 .
# Nobody has built this image yet: look up the tag of the base first. The base must have the Spark
# of requirements.lock or a newer 4.x, and Python 3.11 or newer.
ARG SPARK_IMAGE=apache/spark:4.1.1-scala2.13-java21-python3-ubuntu
FROM ${SPARK_IMAGE}
USER root
COPY requirements.lock dist/interleaf-*.whl /tmp/interleaf/
RUN python3 -m venv /opt/interleaf && \
    sed -n 's/^\([A-Za-z0-9][^\\]*==[^\\]*\) *\\$/\1/p' /tmp/interleaf/requirements.lock > /tmp/interleaf/pins.txt && \
    /opt/interleaf/bin/python -m pip install --no-cache-dir --constraint /tmp/interleaf/pins.txt \
        /tmp/interleaf/interleaf-*.whl && \
    /opt/interleaf/bin/python -m pip uninstall --yes pyspark py4j && \
    rm -r /tmp/interleaf
COPY spark_jobs /opt/interleaf/jobs/spark_jobs
ENV PYSPARK_PYTHON=/opt/interleaf/bin/python PYSPARK_DRIVER_PYTHON=/opt/interleaf/bin/python
USER spark
