"""Tests of people, the union tree and membership."""
