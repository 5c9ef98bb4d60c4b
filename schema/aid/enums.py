"""The closed sets of hardship, described before any type or input shows them."""

from models.aid.tables import Cause, HardshipCategory, HealthState, Housing, MedicalInsurance, Occupation, Relation
from schema.kit.build import enum

__all__ = ["Cause", "HardshipCategory", "HealthState", "Housing", "MedicalInsurance", "Occupation", "Relation"]

enum(
    HardshipCategory,
    DEEP="Deep hardship.",
    RELATIVE="Relative hardship.",
    ACCIDENTAL="Hardship through a misfortune.",
    BORDERLINE="A near miss: on record, but it opens no aid.",
)
enum(
    Relation,
    SELF="The applicant.", SPOUSE="Husband or wife.", CHILD="Child.", PARENT="Parent, also in law.",
    SIBLING="Brother or sister.", GRANDPARENT="Grandparent.", GRANDCHILD="Grandchild.", OTHER="Somebody else.",
)  # fmt: skip
enum(
    HealthState,
    HEALTHY="Healthy.", WEAK="Weak.", CHRONICALLY_ILL="Chronically ill.", SERIOUSLY_ILL="Seriously ill.",
    DISABLED="Disabled.", SEVERELY_DISABLED="Severely disabled.",
)  # fmt: skip
enum(
    Occupation,
    EMPLOYED="Employed.", FLEXIBLE="In flexible work.", UNEMPLOYED="Unemployed.", RETIRED="Retired.",
    STUDENT="At school or university.", CHILD="Below school age.", UNABLE_TO_WORK="Unable to work.",
    OTHER="Something else.",
)  # fmt: skip
enum(
    MedicalInsurance,
    EMPLOYEE="Employee medical insurance.", RESIDENT="Resident medical insurance.",
    COMMERCIAL="Commercial insurance only.", NONE="None.",
)  # fmt: skip
enum(
    Housing,
    OWNED="An own home.", RENTED="Rented.", PUBLIC_RENTAL="Public rental housing.", OF_EMPLOYER="The employer's.",
    OTHER="Something else.",
)  # fmt: skip
enum(
    Cause,
    NO_ABILITY_TO_WORK="No ability to work.", UNEMPLOYED="Able to work, but unemployed.", LAID_OFF="Laid off.",
    NOT_INSURED="Not in social insurance.", BENEFITS_UNPAID="Benefits are not paid out.",
    MAJOR_ILLNESS="A major illness.", NATURAL_DISASTER="A natural disaster.", ACCIDENT="An accident.",
    CHILDREN_AT_SCHOOL="Children at school.", OTHER="Something else.",
)  # fmt: skip
