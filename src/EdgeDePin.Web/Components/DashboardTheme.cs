using MudBlazor;

namespace EdgeDePin.Web.Components;

/// <summary>Colours and letters of the page. The fonts are those the device has: nothing is fetched.</summary>
public static class DashboardTheme
{
    private static readonly string[] Fonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#3557a5",
            Secondary = "#0f8577",
            Tertiary = "#b86e00",
            Background = "#f5f6f8",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1d2430",
            TextPrimary = "#1d2430",
            TextSecondary = "#5a6474",
            Divider = "#e2e5ea",
            LinesDefault = "#e2e5ea",
            TableLines = "#e8eaee",
            Success = "#2e8b57",
            Warning = "#b86e00",
            Error = "#c23b3b",
            Info = "#3557a5",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8fb0f5",
            Secondary = "#4fc3b3",
            Tertiary = "#f0b35a",
            Background = "#12151b",
            Surface = "#1a1f27",
            AppbarBackground = "#1a1f27",
            AppbarText = "#e6e9ef",
            TextPrimary = "#e6e9ef",
            TextSecondary = "#9aa4b5",
            Divider = "#2b323d",
            LinesDefault = "#2b323d",
            TableLines = "#262d37",
            Success = "#5cc48a",
            Warning = "#f0b35a",
            Error = "#f08080",
            Info = "#8fb0f5",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".875rem" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "52px" },
    };
}
