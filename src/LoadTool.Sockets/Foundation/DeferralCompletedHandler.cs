namespace Windows.Foundation;

/// <summary>Runs when a <see cref="Deferral"/> is completed.</summary>
public delegate void DeferralCompletedHandler();
