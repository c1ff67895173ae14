"""What a shopping spree is picked with, alike wherever it is: its sums, reward list, receipt."""
