"""The Elasticsearch engine: the same catalogue on a cluster, for many machines. Servers 8 and 9."""

from catalogue.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
