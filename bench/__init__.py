"""Speeds are ratios: everything compared here runs side by side, in one run, on one workload."""
