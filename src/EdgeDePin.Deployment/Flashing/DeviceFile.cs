using System.Text;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>A file that the device gets at its first start.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Text">All of it.</param>
/// <param name="Mode">Octal digits, such as <c>0644</c>.</param>
/// <param name="IsSecret">Never shown.</param>
public sealed record DeviceFile(string Path, string Text, string Mode = "0644", bool IsSecret = false)
{
    public string Base64 => Convert.ToBase64String(Encoding.UTF8.GetBytes(Text));
}
