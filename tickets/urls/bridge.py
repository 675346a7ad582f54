from django.urls import path

from tickets.views.bridge.agents import show_agents
from tickets.views.bridge.behind import show_behind
from tickets.views.bridge.causes import show_causes
from tickets.views.bridge.matrix import show_matrix
from tickets.views.bridge.overview import show_bridge
from tickets.views.bridge.review import begin_review, end_task, keep_review, list_reviews, show_review
from tickets.views.bridge.survey import ask_now, show_surveys

urlpatterns = [
    path("", show_bridge, name="bridge"),
    path("matrix/", show_matrix, name="matrix"),
    path("causes/", show_causes, name="causes"),
    path("agents/", show_agents, name="agents"),
    path("tickets/", show_behind, name="behind"),
    path("survey/", show_surveys, name="customer_surveys"),
    path("survey/open/", ask_now, name="customer_survey_open"),
    path("reviews/", list_reviews, name="reviews"),
    path("reviews/new/", begin_review, name="review_new"),
    path("reviews/keep/", keep_review, name="review_keep"),
    path("reviews/<int:pk>/", show_review, name="review"),
    path("reviews/tasks/<int:pk>/done/", end_task, name="review_task_end"),
]
