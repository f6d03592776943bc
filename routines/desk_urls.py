"""URLs of the editor. The admin site takes them in and guards each as its own."""

from django.urls import path

from routines.views import (
    editor,
    exchange,
    life,
    media,
    picker,
    pictures,
    posing,
    routine,
    self_care,
    translations,
)

urlpatterns = [
    path("library/exchange/", exchange.exchange, name="exchange"),
    path("library/exchange/<slug:library>/<str:name>", exchange.export, name="export"),
    path("exercise/new/", editor.add, name="new_exercise"),
    path("exercise/new/preview/", editor.preview, name="preview_new_exercise"),
    path("exercise/<int:exercise_id>/", editor.edit, name="edit_exercise"),
    path("exercise/<int:exercise_id>/figure/", posing.edit_figure, name="edit_figure"),
    path("exercise/<int:exercise_id>/media/", media.exercise_media, name="exercise_media"),
    path("exercise/picture/<int:version_id>/data/", posing.figure_data, name="figure_data"),
    path("exercise/picture/<int:version_id>/", pictures.exercise_figure, name="figure"),
    path("exercise/<int:exercise_id>/preview/", editor.preview, name="preview_exercise"),
    path("exercise/<int:exercise_id>/versions/", life.versions, name="exercise_versions"),
    path("exercise/<int:exercise_id>/upstream/", life.upstream, name="exercise_upstream"),
    path("exercise/<int:exercise_id>/copy/", life.copy, name="copy_exercise"),
    path("exercise/<int:exercise_id>/move/", life.move, name="move_exercise"),
    path("exercise/find/", picker.find_exercises, name="find_exercises"),
    path("self-care/new/", self_care.add, name="new_self_care"),
    path("self-care/<int:item_id>/", self_care.edit, name="edit_self_care"),
    path("self-care/<int:item_id>/move/", self_care.move, name="move_self_care"),
    path("translations/", translations.translations, name="translations"),
    path("translations/<slug:kind>/<int:thing_id>/<slug:language>/", translations.translate, name="translate"),
    path("routine/new/", routine.add, name="new_routine"),
    path("routine/preview/", routine.preview, name="preview_routine"),
    path("routine/<int:routine_id>/", routine.edit, name="edit_routine"),
    path("routine/<int:routine_id>/copy/", routine.copy, name="copy_routine"),
    path("routine/<int:routine_id>/move/", routine.move, name="move_routine"),
]
