"""Three small shops that do not know the extension, as source: path to text."""

from __future__ import annotations

FACTORY = {
    "shop/__init__.py": '''"""A shop."""
from flask import Flask

from .extensions import db, login


def create_app(uri="sqlite://"):
    app = Flask(__name__)
    app.config.update(SECRET_KEY="a key that nobody guesses", SQLALCHEMY_DATABASE_URI=uri)
    db.init_app(app)
    login.init_app(app)
    from . import models
    from .views import pages
    app.register_blueprint(pages)
    return app
''',
    "shop/extensions.py": """from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
login = LoginManager()
""",
    "shop/models.py": """import datetime
import enum
from decimal import Decimal

from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .extensions import db


class Status(enum.Enum):
    NEW = "new"
    PAID = "paid"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class User(UserMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)


class Product(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    category: Mapped[str | None]
    price: Mapped[Decimal] = mapped_column(db.Numeric(10, 2))


class Order(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(db.ForeignKey("user.id"))
    status: Mapped[Status] = mapped_column(db.Enum(Status), default=Status.NEW)
    created_at: Mapped[datetime.datetime] = mapped_column(default=datetime.datetime.now)
    user: Mapped[User | None] = relationship()
    items: Mapped[list["OrderItem"]] = relationship(back_populates="order")


class OrderItem(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(db.ForeignKey("order.id"))
    product_id: Mapped[int] = mapped_column(db.ForeignKey("product.id"))
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(db.Numeric(10, 2))
    order: Mapped[Order] = relationship(back_populates="items")
    product: Mapped[Product] = relationship()
""",
    "shop/views.py": """from flask import Blueprint

pages = Blueprint("pages", __name__)


@pages.route("/products/<int:product_id>")
def product(product_id):
    return str(product_id)
""",
}
"""An app factory over Flask-SQLAlchemy, a blueprint, an enumeration for the status."""

ONE_FILE = {
    "app.py": """from flask import Flask, session
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SECRET_KEY"] = "a key that nobody guesses"
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)


class Customer(db.Model):
    __tablename__ = "customers"
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(80))


class Book(db.Model):
    __tablename__ = "books"
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False)


class OrderFacts:
    '''A name that is ours too.'''


class Order(db.Model):
    __tablename__ = "orders"
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.Integer, db.ForeignKey("customers.id"))
    book_id = db.Column(db.Integer, db.ForeignKey("books.id"), nullable=False)
    total_cents = db.Column(db.Integer, nullable=False)
    status = db.Column(db.String(20), default="new")
    ordered_at = db.Column(db.DateTime)


@app.post("/login/<int:key>")
def log_in(key):
    session["customer_id"] = key
    return ""


@app.post("/paid/<int:key>")
def paid(key):
    order = db.session.get(Order, key)
    if order.status == "new":
        order.status = "paid"
    elif order.status in ("shipped", "lost"):
        order.status = "delivered"
    db.session.commit()
    return \"\"""",
}
"""One module with everything, no Flask-Login, keys without relations, no line break at its end."""

PLAIN = {
    "core/database.py": """import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker


class Base(DeclarativeBase):
    pass


engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
Session = scoped_session(sessionmaker(bind=engine))
""",
    "core/models.py": """import sqlalchemy as sa
from sqlalchemy import orm

from core.database import Base


class Account(Base):
    __tablename__ = "account"
    uid = sa.Column(sa.String(36), primary_key=True)
    nickname = sa.Column(sa.String(40), nullable=False)


class Article(Base):
    __tablename__ = "article"
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.String(40), nullable=False)
    price = sa.Column(sa.Float)


class Purchase(Base):
    __tablename__ = "purchase"
    id = sa.Column(sa.Integer, primary_key=True)
    account_uid = sa.Column(sa.ForeignKey("account.uid"))
    created = sa.Column(sa.DateTime)
    is_paid = sa.Column(sa.Boolean, default=False)
    account = orm.relationship("Account", backref="purchases")


class PurchaseLine(Base):
    __tablename__ = "purchase_line"
    id = sa.Column(sa.Integer, primary_key=True)
    purchase_id = sa.Column(sa.ForeignKey("purchase.id"))
    article_id = sa.Column(sa.ForeignKey("article.id"))
    qty = sa.Column(sa.Integer)
    purchase = orm.relationship("Purchase", backref=orm.backref("lines"))
    article = orm.relationship("Article")
""",
    "web.py": """from flask import Flask

from core import models
from core.database import Base, engine


def make_app():
    app = Flask(__name__)
    app.secret_key = "a key that nobody guesses"
    return app
""",
}
"""Plain SQLAlchemy with a scoped session and text keys; nobody signs in."""

SPREAD = {
    "shop/__init__.py": """from flask import Flask

from shop.db import db


def create_app():
  app = Flask(__name__)
  app.secret_key = 'a key that nobody guesses'
  app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite://'
  db.init_app(app)
  from .orders import models
  return app
""",
    "shop/db.py": """from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
""",
    "shop/users/models.py": """from flask_login import UserMixin

from ..db import db


class User(UserMixin, db.Model):
  id = db.Column(db.Integer, primary_key=True)
  name = db.Column(db.String(40), nullable=False)
""",
    "shop/goods/models.py": """from ..db import db


class Product(db.Model):
  id = db.Column(db.Integer, primary_key=True)
  name = db.Column(db.String(40), nullable=False)

  def get_absolute_url(self):
    return '/goods/%s' % self.id


class Price(db.Model):
  id = db.Column(db.Integer, primary_key=True)
  price_int = db.Column(db.Integer, nullable=False)
""",
    "shop/orders/models.py": """import enum
from datetime import datetime
from typing import NewType

from sqlalchemy.orm import Mapped, mapped_column

from ..db import db
from ..goods.models import Price, Product
from ..users.models import User

Moment = NewType('Moment', datetime)


class Currency(enum.StrEnum):
  EUR = 'EUR'


class Order(db.Model):
  id = db.Column(db.Integer, primary_key=True)
  user_id = db.Column(db.ForeignKey('user.id'))
  state = db.Column(db.String(20), default='new')
  currency: Mapped[Currency]
  reminded_at = db.Column(db.DateTime)
  created: Mapped[Moment] = mapped_column(db.DateTime)
  user = db.relationship('User')
  items = db.relationship('OrderItem', back_populates='order')

  def pay(self):
    self.state = 'paid'


class OrderItem(db.Model):
  id = db.Column(db.Integer, primary_key=True)
  order_id = db.Column(db.ForeignKey('order.id'))
  product_id = db.Column(db.ForeignKey('product.id'))
  price_id = db.Column(db.ForeignKey('price.id'))
  order = db.relationship('Order', back_populates='items')
  product = db.relationship('Product')
  price = db.relationship('Price')


class Refund(db.Model):
  id = db.Column(db.Integer, primary_key=True)
  order_id = db.Column(db.ForeignKey('order.id'))
  amount_int = db.Column(db.Integer)
  order = db.relationship('Order')
""",
}
"""A file for each model, prices and refunds in rows of their own; two spaces, no types."""

FORMS = {
    "app.py": """from flask import Flask, request, session
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)


class Product(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))
    product_id = db.Column(db.ForeignKey("product.id"))
    quantity = db.Column(db.Integer)
    amount = db.Column(db.Integer)
    status = db.Column(db.String(10), default="paid")


@app.post("/order")
def order():
    quantity = request.form.get("quantity")
    found = Order(user_id=session["user_id"], quantity=quantity, amount=request.form["amount"])
    db.session.add(found)
    db.session.commit()
    return ""
"""
}
"""Orders whose numbers come from a form, as text."""

TOKENS = {
    "app.py": """import json

from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
jwt = JWTManager(app)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)


class Product(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))
    product_id = db.Column(db.ForeignKey("product.id"))
    total_cents = db.Column(db.Integer)
    status = db.Column(db.String(10), default="paid")


def token_of(user):
    return create_access_token(identity=IDENTITY)
"""
}
"""Members who are known by a token; IDENTITY is what it holds."""
