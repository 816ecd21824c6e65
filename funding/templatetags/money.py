"""`{{ amount|money:currency }}` and `{{ gift.rate|rate }}`."""

from django import template

from funding import words

register = template.Library()
register.filter("money", words.money)
register.filter("rate", words.rate)
