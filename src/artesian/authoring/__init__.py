"""What helps an author to add a package: ask an upstream, and write down what can't be inferred."""
