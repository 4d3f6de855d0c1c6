"""What a record is: the model, its code lists, its dates and its errors. Plain Python, standard library only."""
