from django.urls import path

from tickets.views.survey import answer_survey, end_follow_up, list_follow_ups, show_survey
from tickets.views.survey_round import answer_round, show_round

urlpatterns = [
    path("follow-ups/", list_follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/close/", end_follow_up, name="follow_up_close"),
    path("round/<str:token>/", show_round, name="survey_round"),
    path("round/<str:token>/answer/", answer_round, name="survey_round_answer"),
    path("<str:token>/", show_survey, name="survey"),
    path("<str:token>/answer/", answer_survey, name="survey_answer"),
]
