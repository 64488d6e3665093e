namespace EdgeDePin.Deployment.Flashing;

/// <summary>A device's name: its host name, its device id at IoT Hub, and the node's name, all at once. (RFC 1123 §2.1)</summary>
public readonly record struct DeviceName
{
    private const int MaxLength = 63;

    /// <exception cref="DeploymentException">Not 1 to 63 small letters, digits and inner hyphens.</exception>
    public DeviceName(string text)
    {
        char bad = text.FirstOrDefault(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-');
        if (text.Length is 0 or > MaxLength || bad != 0 || text[0] == '-' || text[^1] == '-')
        {
            throw new DeploymentException($"'{text}' is no device name{(bad != 0 ? $": it has '{bad}'" : "")}: use 1 to {MaxLength} of a-z, 0-9 and -, not at its ends; it becomes the host name.");
        }

        Text = text;
    }

    public string Text { get; }

    public override string ToString() => Text;
}
