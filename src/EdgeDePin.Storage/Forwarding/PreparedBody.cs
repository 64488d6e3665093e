namespace EdgeDePin.Storage.Forwarding;

/// <summary>A body that was made before its turn, and the dialect that it is in.</summary>
/// <param name="Bytes">Null when there is nothing that such a server could keep.</param>
internal sealed record PreparedBody(ServerKind Server, byte[]? Bytes);
