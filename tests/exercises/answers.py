"""Plausible answers to every exercise, by notebook: right ones in unusual clothes, and wrong ones that learners give.

The known mistakes of `helpers.exercises` say what a check can tell. These tables say what learners hand in, and what
each of them must be told and must not be.
"""

from answers_00 import ANSWERS as OF_00
from answers_01 import ANSWERS as OF_01
from answers_02 import ANSWERS as OF_02
from answers_03 import ANSWERS as OF_03
from answers_04 import ANSWERS as OF_04
from answers_05 import ANSWERS as OF_05
from answers_06 import ANSWERS as OF_06
from answers_07 import ANSWERS as OF_07
from answers_08 import ANSWERS as OF_08
from answers_09 import ANSWERS as OF_09
from answers_10 import ANSWERS as OF_10
from answers_11 import ANSWERS as OF_11
from answers_12 import ANSWERS as OF_12

NOTEBOOKS = (OF_00, OF_01, OF_02, OF_03, OF_04, OF_05, OF_06, OF_07, OF_08, OF_09, OF_10, OF_11, OF_12)
ANSWERS = {number: answers for notebook in NOTEBOOKS for number, answers in notebook.items()}
