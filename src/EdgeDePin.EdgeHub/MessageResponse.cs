namespace EdgeDePin.EdgeHub;

/// <summary>What a handler says about a message. An exception counts as <see cref="Abandoned"/>.</summary>
public enum MessageResponse
{
    /// <summary>Done: the hub may forget it.</summary>
    Completed,

    /// <summary>Not done: nothing is acknowledged and the hub delivers it again.</summary>
    Abandoned,
}
