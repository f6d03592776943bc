"""URLs of the practice's pages. The admin site takes them in and guards each as its own."""

from django.urls import path

from portal.practice import care, views

urlpatterns = [
    path("practice/", views.index, name="practice"),
    path("practice/hours/", views.hours, name="practice_hours"),
    path("practice/colours/", views.colours, name="practice_colours"),
    path("practice/sharing/", views.sharing, name="practice_sharing"),
    path("practice/care/", care.care_texts, name="practice_care"),
    path("practice/care/<slug:country>/<slug:language>/", care.care_text, name="practice_care_text"),
    path("practice/people/", views.people, name="practice_people"),
    path("practice/people/<int:user_id>/", views.person, name="practice_person"),
]
