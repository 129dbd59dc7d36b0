"""Stand-in, see tensorflow/_stand_in.py."""

from tensorflow._stand_in import stand_in

stand_in(__name__)
