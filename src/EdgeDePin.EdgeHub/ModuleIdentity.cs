namespace EdgeDePin.EdgeHub;

/// <summary>
/// A module of a device, as edgeHub knows it. The client id is compared case by case with the identity in the user name
/// (edge-hub <c>DeviceIdentityProvider.cs</c>), so both are made here.
/// </summary>
public readonly record struct ModuleIdentity
{
    /// <summary>IoT Hub's limit for both names.</summary>
    public const int MaxNameLength = 128;

    // What IoT Hub allows in an identity, without the three characters that mean something in an MQTT topic or a user name.
    private const string Allowed = "-:.%_*!(),=@$'";

    /// <param name="deviceId">The device that the module runs on.</param>
    /// <param name="moduleId">The module's name in the deployment manifest.</param>
    /// <exception cref="FormatException">Empty, longer than 128, or a character outside A-Z a-z 0-9 - : . % _ * ! ( ) , = @ $ '.</exception>
    public ModuleIdentity(string deviceId, string moduleId) =>
        (DeviceId, ModuleId) = (Check(deviceId, "device id"), Check(moduleId, "module id"));

    public string DeviceId { get; }

    public string ModuleId { get; }

    /// <summary>The MQTT client id: <c>{device}/{module}</c>.</summary>
    public string ClientId => $"{DeviceId}/{ModuleId}";

    /// <summary>
    /// The MQTT user name: <c>{hub}/{device}/{module}/?api-version=…&amp;DeviceClientType=…</c>. edgeHub asks that the version
    /// is present and does not look at its value; this one is what the Node client sends.
    /// </summary>
    /// <param name="iotHub">Name of the IoT Hub, not of the gateway.</param>
    /// <param name="product">Shown by the hub as the kind of client.</param>
    public string UserName(string iotHub, string product) =>
        $"{iotHub}/{ClientId}/?api-version=2021-04-12&DeviceClientType={Uri.EscapeDataString(product)}";

    /// <summary>
    /// Reads <c>{hub}/{device}/{module}/?{properties}</c>, or the same without <c>?</c>. False if the form is another one, or
    /// <c>api-version</c> is missing (edge-hub <c>MqttUsernameParser.cs</c>).
    /// </summary>
    public static bool TryParseUserName(string? userName, out ModuleIdentity identity)
    {
        identity = default;
        string[] parts = userName?.Split('/') ?? [];
        if (parts.Length != 4 || !IsName(parts[1]) || !IsName(parts[2]))
        {
            return false;
        }

        identity = new ModuleIdentity(parts[1], parts[2]);
        return parts[3].TrimStart('?').Split('&').Any(pair => pair.StartsWith("api-version=", StringComparison.Ordinal));
    }

    /// <summary>False if one of the names is none.</summary>
    public static bool TryParse(string deviceId, string moduleId, out ModuleIdentity identity)
    {
        bool named = IsName(deviceId) && IsName(moduleId);
        identity = named ? new ModuleIdentity(deviceId, moduleId) : default;
        return named;
    }

    public override string ToString() => ClientId;

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength }
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || Allowed.Contains(letter, StringComparison.Ordinal));

    private static string Check(string name, string what) => IsName(name)
        ? name
        : throw new FormatException(
            $"'{name}' is no {what}: use 1 to {MaxNameLength} of the characters A-Z a-z 0-9 {string.Join(' ', Allowed.ToCharArray())}");
}
