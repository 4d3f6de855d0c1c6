"""What is wrong with criteria is said in the reader's language, whatever it is."""

import ast
import inspect

from flask import Flask

from mappings.vocabularies.labels import LANGUAGES
from ordering import criteria
from ordering.criteria import CriteriaError
from ui.language import init_language
from ui.sipad.criteria_page import criteria_problem

VALUES = {"most": 10, "single": 20, "ranges": 30, "text": "'x'"}


def _sentences() -> set[str]:
    """Return the sentences of all CriteriaErrors that the module raises."""
    raised = [
        node.args[1]
        for node in ast.walk(ast.parse(inspect.getsource(criteria)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "CriteriaError"
    ]
    assert all(isinstance(sentence, ast.Constant) for sentence in raised), "a sentence that is put together cannot be translated"
    return {str(ast.literal_eval(sentence)) for sentence in raised}


def test_every_sentence_about_criteria_is_said_in_french() -> None:
    app = Flask("reflecs", static_folder=None)
    init_language(app)
    errors = [CriteriaError("targets", sentence, **VALUES) for sentence in _sentences()]
    assert len(errors) > 5
    told = {}
    for language in LANGUAGES:
        with app.test_request_context(f"/?lang={language}"):
            told[language] = [criteria_problem(error) for error in errors]
    assert told["en"] == [str(error) for error in errors]
    assert [str(error) for error, french in zip(errors, told["fr"], strict=True) if french == str(error)] == []
