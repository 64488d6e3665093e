namespace EdgeDePin.EdgeHub;

/// <summary>Names on the wire of the properties that edgeHub itself understands (edge-hub <c>SystemProperties.cs</c>).</summary>
public static class SystemProperty
{
    public const string Output = "$.on";
    public const string MessageId = "$.mid";
    public const string CorrelationId = "$.cid";
    public const string ContentType = "$.ct";
    public const string ContentEncoding = "$.ce";

    /// <summary>The sending device; only the hub writes it.</summary>
    public const string ConnectionDeviceId = "$.cdid";

    /// <summary>The sending module; only the hub writes it.</summary>
    public const string ConnectionModuleId = "$.cmid";
}
