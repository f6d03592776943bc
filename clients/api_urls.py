"""URLs of the clients' API."""

from django.urls import path

from clients import api

app_name = "api"

urlpatterns = [
    path("account/", api.AccountView.as_view(), name="account"),
    path("events/", api.EventsView.as_view(), name="events"),
    path("safety-checks/", api.SafetyChecksView.as_view(), name="safety_checks"),
    path("plans/", api.PlansView.as_view(), name="plans"),
    path("sessions/", api.SessionsView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/", api.SessionView.as_view(), name="session"),
]
