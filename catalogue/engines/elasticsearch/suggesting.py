"""What a person may want to type, in one request: names counted by what begins so, titles found by their words."""

from collections.abc import Sequence

from catalogue.engines.base import Suggestion
from catalogue.engines.elasticsearch.clauses import ElasticsearchClauses
from catalogue.engines.elasticsearch.mapping import Body
from catalogue.engines.elasticsearch.reader import LIVING, Reader, kept_of
from catalogue.engines.stored import decode
from catalogue.engines.suggesting import TITLES_LOOKED_AT, chosen, typed


def suggestions(reader: Reader, clauses: ElasticsearchClauses, prefix: str, limit: int, told: Sequence[Body] = ()) -> list[Suggestion]:
    """Return what may be typed by whoever has typed `prefix`, of the records that match all of `told`."""
    asked = typed(prefix)
    if not asked or limit < 1:
        return []
    begun = " ".join(asked)  # letters, digits and blanks alone: a regular expression for itself
    terms = {"field": "suggest", "include": f"{begun}.*", "size": limit * 6, "order": [{"_count": "desc"}, {"_key": "asc"}]}
    names = {"filter": {"bool": {"filter": [LIVING, *told, clauses.beginning("suggest", begun)]}}, "aggs": {"most": {"terms": terms}}}
    words = [clauses.any_term("title_words", [word]) for word in dict.fromkeys(asked[:-1])]
    answer = reader.search(
        {
            "query": {"bool": {"filter": [LIVING, *told, *words, clauses.beginning("title_words", asked[-1])]}},
            "size": TITLES_LOOKED_AT,
            "track_total_hits": False,
            "_source": ["kept.stored"],
            "aggs": {"names": {"global": {}, "aggs": {"begun": names}}},
        }
    )
    buckets = answer["aggregations"]["names"]["begun"]["most"]["buckets"]
    titles = [decode(kept_of(hit).stored).title for hit in answer["hits"]["hits"]]
    return chosen([(bucket["key"], bucket["doc_count"]) for bucket in buckets], [title for title in titles if title], asked, limit)
