"""What the class's folder tells nbgrader: `make classroom` writes a file there that loads this one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from judge import Judge, OnlyExercises
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ComputeChecksums,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    LockCells,
    SaveAutoGrades,
    SaveCells,
)

c = get_config()  # noqa: F821 - traitlets gives it to a configuration
c.CourseDirectory.course_id = "rnn"
# Our builder has blanked the answers already, so that a notebook runs from top to bottom.
c.GenerateAssignment.preprocessors = [
    LockCells,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ComputeChecksums,
    CheckCellMetadata,
]
# The judge in the place of nbgrader's Execute, which would run a submission as you.
c.Autograde.autograde_preprocessors = [
    Judge,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.Judge.timeout = 120  # seconds for a cell
c.OverwriteCells.add_missing_cells = True  # a deleted test comes back
c.GenerateFeedback.preprocessors = [GetGrades, OnlyExercises, ClearHiddenTests, CSSHTMLHeaderPreprocessor]
c.HTMLExporter.sanitize_html = True  # feedback is opened in a browser, and a submission is not to be trusted
