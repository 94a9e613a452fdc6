"""The Flask extensions of the shop, made once and registered by `create_app`."""

from __future__ import annotations

from pathlib import Path

from flask_babel import Babel, gettext
from flask_login import LoginManager
from flask_migrate import Migrate

from flask_community import Community

from .clock import clock
from .database import db
from .hooks import ShopHooks
from .models import User

babel = Babel()

login = LoginManager()
login.login_view = "shop.sign_in"
login.localize_callback = lambda _english: gettext("Please sign in first.")

# An own absolute folder: Flask-Migrate's default depends on where it is started.
migrate = Migrate(db=db, directory=str(Path(__file__).with_name("migrations")))

community = Community(db, hooks=ShopHooks(), clock=clock)


def _load_user(key: str) -> User | None:
    return db.session.get(User, int(key)) if key.isdecimal() else None


login.user_loader(_load_user)
