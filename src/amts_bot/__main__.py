"""`python -m amts_bot`."""

import sys

from amts_bot.cli import main

sys.exit(main())
