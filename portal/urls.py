"""Every URL of the product. Each has its row in tests/policy.py."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from clients.views import modules
from clients.views.invitation import invitation
from clients.views.sign_in import send_new_code, sign_in, sign_in_code
from portal import demo_door, outbox, passkey_views, service_worker, session_views, sheets, styleguide, views
from portal.joining import join
from portal.practice.branding import brand
from routines.views import figures

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("clients.urls")),
    path("api/v1/", include("clients.api_urls")),
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("worker.js", service_worker.worker, name="service_worker"),
    path("offline/", service_worker.page, name="offline"),
    path("offline/<slug:name>/", service_worker.page, name="offline_page"),
    path("in/", sign_in, name="sign_in"),
    path("in/code/", sign_in_code, name="sign_in_code"),
    path("in/new-code/", send_new_code, name="send_new_code"),
    path("in/passkey/begin/", passkey_views.begin_sign_in, name="passkey_begin"),
    path("in/passkey/", passkey_views.sign_in_as_client, name="passkey_sign_in"),
    path("in/passkey/offer/", passkey_views.offer, name="passkey_offer"),
    path("devices/", passkey_views.own, name="devices"),
    path("devices/passkey/begin/", passkey_views.begin_adding, name="passkey_begin_adding"),
    path("devices/passkey/", passkey_views.add, name="passkey_add"),
    path("devices/passkey/<int:passkey>/remove/", passkey_views.remove, name="passkey_remove"),
    path("devices/<int:device>/sign-out/", passkey_views.sign_out_device, name="sign_out_device"),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("join/<str:token>/", join, name="join"),
    path("choose/", session_views.choose, name="choose_practice"),
    path("language/", session_views.choose_language, name="choose_language"),
    path("out/", session_views.sign_out, name="sign_out"),
    path("out/everywhere/", session_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("accounts/", include("portal.account_urls")),
    path("admin/", admin.site.urls),
    path("figures/engine-<slug:digest>.js", figures.engine, name="figure_engine"),
    path("code/<slug:digest>.js", modules.client_module, name="client_module"),
    path("brand/<slug:key>.css", brand, name="brand"),
    path("code/<slug:digest>.css", sheets.sheet, name="common_sheet"),
    path("demo/", demo_door.demo, name="demo"),
    path("demo/<str:who>/", demo_door.enter, name="demo_enter"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<slug:name>/", outbox.message, name="outbox_message"),
    path("styleguide/", styleguide.components, name="styleguide"),
    path("styleguide/<slug:name>/", styleguide.page, name="styleguide_page"),
]
