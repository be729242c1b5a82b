namespace Windows.Foundation;

/// <summary>A handler whose sender has a type.</summary>
/// <typeparam name="TSender">The type of the object that raises the event.</typeparam>
/// <typeparam name="TResult">The type of the event's data.</typeparam>
/// <param name="sender">The object that raises the event.</param>
/// <param name="args">The event's data.</param>
public delegate void TypedEventHandler<in TSender, in TResult>(TSender sender, TResult args);
