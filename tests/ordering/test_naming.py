"""File names: what they tell, and what no name may be."""

import pytest

from ordering.naming import corot_name, is_safe, read_corot, with_digit


def test_a_name_of_corot_tells_run_code_and_corotid() -> None:
    name = read_corot("COROT_SRc01_AN0_STARWIND_0000007528.tar.gz")
    assert name is not None
    assert (name.run, name.code, name.target) == ("SRc01", "AN0_STARWIND", 7528)
    assert name.stored == corot_name("SRc01", "AN0_STARWIND", 7528)


@pytest.mark.parametrize("code", ["ANO_ECARTO_Undefined", "ENO_BKGROUND_MONOCHROM"])
def test_the_letter_o_is_read_and_never_stored(code: str) -> None:
    name = read_corot(f"COROT_LRa01_{code}_0123456789.tar.gz")
    assert name is not None
    assert name.code == with_digit(code) == code.replace("NO_", "N0_")
    assert name.stored == f"COROT_LRa01_{code.replace('NO_', 'N0_')}_0123456789.tar.gz"


@pytest.mark.parametrize(
    "name",
    [
        "COROT_SRc01_AN0_STARWIND_7528.tar.gz",
        "COROT_SRc01_AN0_STARWIND_00000007528.tar.gz",
        "COROT_SRc01_AN0_STARWIND_0000007528.tar",
        "COROT_SRc01_AN0_STARWIND_0000007528.tar.gz\n",
        "COROT_SRc01_XN0_STARWIND_0000007528.tar.gz",
        "COROT_SRc01_AN0__.._0000007528.tar.gz",
        "COROT_SRc01_AN0_STARWIND_٠٠٠٠٠٠٧٥٢٨.tar.gz",
        "corot_SRc01_AN0_STARWIND_0000007528.tar.gz",
    ],
)
def test_other_names_are_not_of_the_rule(name: str) -> None:
    assert read_corot(name) is None


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a\\b", "a b", "a\n", "-rf", "a\0", "é", "a" * 201, "a:b", "~a"])
def test_what_file_systems_or_readers_may_take_otherwise_is_not_safe(name: str) -> None:
    assert not is_safe(name)
