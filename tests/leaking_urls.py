"""Pages that leak on purpose, so that a test can see the access walk turn red."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from clients.models import Client
from portal.accounts.tenancy import all_practices
from portal.urls import urlpatterns as real
from tests.cast import HERE_CANARY, THERE_CANARY


def tells(request: HttpRequest) -> HttpResponse:
    with all_practices():
        return HttpResponse(Client.objects.filter(email__contains=THERE_CANARY)[0].last_name)


def tells_of_carl(request: HttpRequest) -> HttpResponse:
    with all_practices():
        return HttpResponse(Client.objects.filter(email__contains=f"{HERE_CANARY}-private")[0].last_name)


def changes(request: HttpRequest) -> HttpResponse:
    with all_practices():
        Client.objects.filter(email__contains=THERE_CANARY).update(problem="changed")
    return HttpResponse()


def redirects(request: HttpRequest) -> HttpResponse:
    return redirect(f"/?name={THERE_CANARY}")


urlpatterns = [
    *real,
    path("tells/", tells, name="tells"),
    path("tells-of-carl/", tells_of_carl, name="tells_of_carl"),
    path("changes/", changes, name="changes"),
    path("redirects/", redirects, name="redirects"),
]
