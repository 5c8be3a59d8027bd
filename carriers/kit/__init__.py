"""What every carrier module shares: the words, the contract, the driver, the errors."""
