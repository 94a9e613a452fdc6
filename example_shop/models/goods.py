"""Tea and teaware: categories, products, the sizes they come in, the batches they were made in."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flask_community import ProductMixin

from ..database import Model
from ..languages import in_own_words
from .people import User


class Category(Model):
    """A shelf of the shop, and a field in which a customer can be known as an expert."""

    __tablename__ = "category"
    slug: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int]

    @property
    def title(self) -> str:
        """Its name in the visitor's language."""
        return in_own_words(self.name, self.name_zh)


class Product(ProductMixin, Model):
    """Something on the shelf, named by its SKU."""

    __tablename__ = "product"
    sku: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_zh: Mapped[str] = mapped_column(sa.String(80))
    words: Mapped[str] = mapped_column(sa.Text)
    words_zh: Mapped[str] = mapped_column(sa.Text)
    category_slug: Mapped[str] = mapped_column(sa.ForeignKey("category.slug"), index=True)
    drawing: Mapped[str] = mapped_column(sa.String(40))
    """Name of a drawing in static/goods, without its ending."""
    is_on_sale: Mapped[bool] = mapped_column(default=True)
    seller_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    """The potter or grower who sells it through the shop; None for the shop's own goods."""
    category: Mapped[Category] = relationship()
    seller: Mapped[User | None] = relationship()
    variants: Mapped[list[Variant]] = relationship(
        back_populates="product", order_by="Variant.position"
    )
    batches: Mapped[list[Batch]] = relationship(
        back_populates="product", order_by="Batch.made_on.desc()"
    )

    @property
    def title(self) -> str:
        """Its name in the visitor's language."""
        return in_own_words(self.name, self.name_zh)

    @property
    def story(self) -> str:
        """What the shop says of it, in the visitor's language."""
        return in_own_words(self.words, self.words_zh)

    @property
    def from_minor(self) -> int:
        """What the cheapest variant costs."""
        return min(variant.price_minor for variant in self.variants)

    @property
    def batch_on_sale(self) -> Batch | None:
        """The batch that is sold now: the newest."""
        return self.batches[0] if self.batches else None

    def community_title(self) -> str:
        """Tell the community its name, in the visitor's language."""
        return self.title

    def community_titles(self) -> dict[str, str]:
        """Tell the community its name in both languages, for whoever reads of it later."""
        return {"en": self.name, "zh-Hans": self.name_zh}

    def community_url(self) -> str:
        """Tell the community where its page is."""
        return url_for("shop.product", sku=self.sku)

    def community_image(self) -> str:
        """Tell the community where its picture is; chat apps show no SVG."""
        return url_for("static", filename=f"previews/{self.drawing}.png")

    def community_field(self) -> str:
        """Tell the community who may call himself an expert of it."""
        return self.category_slug


class Variant(Model):
    """A size or a glaze of a product, with the price; every product has at least one."""

    __tablename__ = "variant"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(sa.ForeignKey("product.sku"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    price_minor: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    product: Mapped[Product] = relationship(back_populates="variants")

    @property
    def title(self) -> str:
        """Its name in the visitor's language."""
        return in_own_words(self.name, self.name_zh)


class Batch(Model):
    """What was made in one go; if something is wrong, it is wrong with a batch."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(sa.ForeignKey("product.sku"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    made_on: Mapped[dt.date]
    product: Mapped[Product] = relationship(back_populates="batches")
