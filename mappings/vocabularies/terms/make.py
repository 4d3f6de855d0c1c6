"""Makes the lists of terms from the vocabularies' own files: `python -m mappings.vocabularies.terms.make FOLDER`.

FOLDER holds `gcmd/sciencekeywords.csv` as pyQuARC has it and `uat/UAT_list.json` as its repository has it; README.md says where.
"""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path


def gcmd(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return term and UUID of each science keyword; the first line of the file tells its version."""
    rows = csv.DictReader(list(lines)[1:])
    levels = ("Category", "Topic", "Term", "Variable_Level_1", "Variable_Level_2", "Variable_Level_3", "Detailed_Variable")
    return [(" > ".join(row[level] for level in levels if row[level]), row["UUID"]) for row in rows]


def uat(content: str) -> list[tuple[str, ...]]:
    """Return name, number and other names of each concept that is in use."""
    concepts = [one for one in json.loads(content) if one.get("status") != "deprecated"]
    return [(one["name"], one["uri"].rpartition("/")[2], *(one["altNames"] or ())) for one in concepts]


def main(folder: Path) -> None:
    """Write the lists beside this module, sorted by term."""
    here = Path(__file__).parent
    science = gcmd((folder / "gcmd" / "sciencekeywords.csv").read_text(encoding="utf-8-sig").splitlines())
    astronomy = uat((folder / "uat" / "UAT_list.json").read_text(encoding="utf-8"))
    for name, rows in (("gcmd-science.tsv", science), ("uat.tsv", astronomy)):
        lines = ("\t".join(" ".join(cell.split()) for cell in row) for row in sorted(rows))
        (here / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
