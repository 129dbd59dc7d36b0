"""Customers over the API: who they are, masked, as the shop tells it."""

from typing import Annotated

from fastapi import APIRouter, Security

from desk.api import masking
from desk.api.edge import the_client
from desk.api.errors import NoSuchCustomer
from desk.api.parameters import CustomerId
from desk.api.scopes import Scope
from desk.api.shapes import CustomerShape
from desk.api.tokens import Client
from desk.cases import profile
from desk.edge import TheDesk

router = APIRouter(prefix="/customers", tags=["customers"])

Reader = Annotated[Client, Security(the_client, scopes=[Scope.CUSTOMERS_READ])]


@router.get("/{customer_id}", summary="Read a customer")
def one(customer_id: CustomerId, desk: TheDesk, client: Reader) -> CustomerShape:
    """A customer of the shop."""
    with desk.database.read() as session:
        found = desk.shop.customer(session, customer_id)
        if found is None:
            raise NoSuchCustomer
        known = profile.of(session, desk.shop, desk.cases.policy, customer_id)
        return CustomerShape(
            id=found.id,
            name=masking.name(found.name),
            phone=masking.phone(found.phone),
            profile=known.kind,
            orders=known.figures.orders,
            month_spend=f"{known.month_spend:.2f}",
        )
