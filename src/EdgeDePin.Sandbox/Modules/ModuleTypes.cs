using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Sandbox.Modules;

/// <summary>The function types of a module, as far as its imports and exports need them.</summary>
internal static class ModuleTypes
{
    /// <summary>Whether a type is f32 or f64; other than the four numbers are refused.</summary>
    public static bool IsFloat(ModuleReader at, byte type) => type switch
    {
        0x7F or 0x7E => false,
        0x7D or 0x7C => true,
        _ => throw at.Refuse($"a value of type 0x{type:x2}; only i32, i64, f32 and f64 are allowed"),
    };

    /// <summary>A type as text, as <see cref="GuestAbi"/> writes it: <c>i32,i32->i64</c>.</summary>
    public static string Read(ref ModuleReader section)
    {
        byte form = section.Byte();
        if (form != 0x60)
        {
            throw section.Refuse($"a type of form 0x{form:x2}; only functions are allowed");
        }

        string parameters = ReadValues(ref section, "parameters");
        return $"{parameters}->{ReadValues(ref section, "results")}";
    }

    private static string ReadValues(ref ModuleReader section, string what)
    {
        string[] names = new string[section.Count(ModuleLimits.MaxParameters, what)];
        for (int i = 0; i < names.Length; i++)
        {
            byte type = section.Byte();
            _ = IsFloat(section, type);
            names[i] = type switch { 0x7F => "i32", 0x7E => "i64", 0x7D => "f32", _ => "f64" };
        }

        return string.Join(',', names);
    }
}
